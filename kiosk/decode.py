"""Finds the texts of QR codes: in live video under a budget, in single photographs with everything that helps."""

import cv2

from devices.ports import Frame
from kiosk.eyes.live import LiveEye
from kiosk.eyes.stills import read_grey
from kiosk.eyes.pictures import grey_of

cv2.setNumThreads(1)
